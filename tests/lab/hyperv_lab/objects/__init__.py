# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Types of the objects that cmdlets return: names, bases and property types, as data.

Property types: "string", "int", "long", "uint", "ulong", "bool", "double", "guid", "datetime", "timespan", "enum:<full
name>", "object:<full name>", "map" (a dictionary), and any of these with "[]".
"""

from __future__ import annotations

from .enums import ENUM_TYPES, EnumType, enum_member, find_enum
from .types import OBJECT_TYPES, ObjectType

__all__ = ["ENUM_TYPES", "OBJECT_TYPES", "EnumType", "ObjectType", "enum_member", "find_enum"]
