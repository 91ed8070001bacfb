"""Classes of a notebook, taken apart to be made again in another process: what pickle itself does only by name."""

from __future__ import annotations

import enum
import functools
import sys
import types
from typing import Any

# What making a class anew gives it by itself.
_MADE = frozenset(
    ("__dict__", "__weakref__", "_abc_impl", "__slots__", "__static_attributes__", "__firstlineno__")
)


def found_by_name(thing: Any) -> bool:
    """Is this what its module has under its name, as another process would find it?"""
    found: Any = sys.modules.get(thing.__module__ or "")
    for part in thing.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is thing


def parts_of(made: type) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What `make_class` needs, and then `fill_class`."""
    own = {name: value for name, value in vars(made).items() if name not in _MADE}
    members: dict[str, Any] | None = None
    if isinstance(made, enum.EnumType):
        every: dict[str, Any] = dict(made.__members__)
        members = {name: member.value for name, member in every.items()}
        kept = types.FunctionType | property | classmethod | staticmethod
        own = {
            name: value
            for name, value in own.items()
            if (isinstance(value, kept) and name not in ("__new__", "_generate_next_value_"))
            or name == "__doc__"
        }
        own["__members__"] = {
            name: {key: value for key, value in vars(member).items() if not key.startswith("_")}
            for name, member in every.items()
        }
    slots = vars(made).get("__slots__")
    own = {name: value for name, value in own.items() if not isinstance(value, types.MemberDescriptorType)}
    return (type(made), made.__name__, made.__qualname__, made.__bases__, slots, members), own


def make_class(
    kind: Any, name: str, qualified: str, bases: tuple[type, ...], slots: Any, members: dict[str, Any] | None
) -> type:
    """The class, without what stands in it: that may name the class itself."""
    content = kind.__prepare__(name, bases)
    if slots is not None:
        content["__slots__"] = slots
    for member, value in (members or {}).items():
        content[member] = value
    content["__module__"], content["__qualname__"] = "__main__", qualified
    return kind(name, bases, content)


def fill_class(made: type, own: dict[str, Any]) -> None:
    """Put in what stands in it."""
    members = own.pop("__members__", {})
    for name, value in own.items():
        setattr(made, name, value)
        if isinstance(value, functools.cached_property):
            value.__set_name__(made, name)
    for name, values in members.items():
        made.__members__[name].__dict__.update(values)  # type: ignore[attr-defined]  # it is an Enum


def reduced(thing: Any) -> Any:
    """How pickle takes what stands in classes and what pickle does not know; None where pickle does."""
    if isinstance(thing, property):
        return property, (thing.fget, thing.fset, thing.fdel, thing.__doc__)
    if isinstance(thing, staticmethod | classmethod):
        return type(thing), (thing.__func__,)
    if isinstance(thing, functools.cached_property):
        return functools.cached_property, (thing.func,)
    if isinstance(thing, types.MappingProxyType):
        return _read_only, (dict(thing),)
    if isinstance(thing, functools._lru_cache_wrapper) and not found_by_name(thing):
        return _cached, (thing.__wrapped__, thing.cache_parameters())
    if type(thing).__name__ == "ForwardRef":
        return type(thing), (thing.__forward_arg__,)
    if type(thing).__module__ == "dataclasses":  # MISSING and the like are told by being the one
        module = sys.modules["dataclasses"]
        name = next((name for name, value in vars(module).items() if value is thing), None)
        if name is not None:
            return getattr, (module, name)
    return None


def _read_only(content: dict[Any, Any]) -> Any:
    return types.MappingProxyType(content)


def _cached(function: Any, how: dict[str, Any]) -> Any:
    return functools.lru_cache(**how)(function)
