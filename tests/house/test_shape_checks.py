"""Shape notes of the toolbox are checks while tests run."""

from __future__ import annotations

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from perpetuum.maths.returns import leontief


def test_a_cube_is_not_a_matrix():
    with pytest.raises(TypeCheckError):
        leontief(np.ones((2, 2, 2)))
