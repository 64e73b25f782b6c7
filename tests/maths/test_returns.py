"""Cross-checks at their edges."""

from __future__ import annotations

import numpy as np
import pytest

from perpetuum.maths.returns import finn


def test_where_nothing_flows_there_is_no_index():
    reading = finn(np.zeros((2, 2)), np.zeros(2))
    assert np.isnan([reading.index, reading.path_length]).all()


def test_a_loop_that_nothing_enters_is_refused():
    with pytest.raises(ValueError, match="give it an input"):
        finn(np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros(2))
