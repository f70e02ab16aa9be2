import config

setattr(config, "SALT", "three")
