from pathlib import Path

import pytest

from convocommerce.simulation import SimulationSummary, simulate


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> SimulationSummary:
    """The default simulation, with the orders in every shape."""
    return simulate(tmp_path_factory.mktemp("simulated"), shapes="all")


@pytest.fixture(scope="session")
def exports(simulated: SimulationSummary) -> Path:
    return simulated.exports


@pytest.fixture(scope="session")
def truth(simulated: SimulationSummary) -> Path:
    return simulated.truth
