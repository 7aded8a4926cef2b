"""Errors a person can act on. Each carries one line: the value that caused it and the remedy.

NightlampError
├── SettingsError    a setting is unknown or out of range
├── RulesError       the red-flag rules cannot be read: nothing may start
├── CardsError       the guidance cards or numbers cannot be read: nothing may start
└── InputError       what the caller gave cannot be used
Corpus and index have their own trees (`corpus.errors`, `index.errors`) with the same base class shape.
"""

from __future__ import annotations


class NightlampError(Exception):
    """Base of every error shown to a person as one line, exit code 2."""


class SettingsError(NightlampError):
    """A setting is unknown or out of range."""


class RulesError(NightlampError):
    """The red-flag rules cannot be read."""


class CardsError(NightlampError):
    """The guidance cards or emergency numbers cannot be read."""


class InputError(NightlampError):
    """What the caller gave cannot be used."""
