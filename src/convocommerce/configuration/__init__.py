"""What a scheduled build is told: one TOML file, checked as a whole before anything runs."""

from convocommerce.configuration.kinds import Secret
from convocommerce.configuration.reading import Configuration, read_configuration
from convocommerce.configuration.tables import (
    Alert,
    Audit,
    Brand,
    Business,
    Mail,
    Publish,
    Report,
    Source,
)
from convocommerce.configuration.telling import in_force, toml_key, toml_value

__all__ = [
    "Alert",
    "Audit",
    "Brand",
    "Business",
    "Configuration",
    "Mail",
    "Publish",
    "Report",
    "Secret",
    "Source",
    "in_force",
    "read_configuration",
    "toml_key",
    "toml_value",
]
