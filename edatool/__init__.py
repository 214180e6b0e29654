"""Event routing on RabbitMQ as code."""
