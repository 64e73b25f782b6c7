"""Shape notes for arrays: checked where jaxtyping is installed, plain words elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int
else:
    try:
        from jaxtyping import Bool, Float, Int
    except ImportError:

        class _StandIn:
            """Takes `Float[np.ndarray, "shape"]` and means the array."""

            def __class_getitem__(cls, item: tuple[Any, str]) -> Any:
                return item[0]

        Bool = Float = Int = _StandIn

__all__ = ["Bool", "Float", "Int"]
