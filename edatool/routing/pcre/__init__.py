"""Regular expressions of policies and permissions, as RabbitMQ matches them."""
