SALT = "package-salt"
VERSIONS = {"train": "1", "eval": "2"}


class Settings:
    name = "class-constant"
    version = "7"
