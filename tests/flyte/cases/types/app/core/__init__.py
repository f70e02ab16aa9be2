from . import models
from .models import *
from .models import Config as Settings
