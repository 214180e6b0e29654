"""What may stand between a user and a broker, looked at one by one."""
