"""What is simulated: designs, null scenarios, and their twins with planted effects."""

import math
from dataclasses import dataclass, field

RESIDUAL = 0.4


@dataclass(frozen=True)
class Design:
    """Donors, and visits at times 0, 1, ..."""

    donors: int
    visits: int

    @property
    def slope_error(self):
        """Standard error of one donor's least-squares slope, were it alone."""
        return RESIDUAL / math.sqrt(self.visits * (self.visits**2 - 1) / 12)

    def effect(self, slope_sd, errors):
        """Size of b_gi that lies `errors` standard errors from 0 at a minor allele frequency of 0.35."""
        variance = slope_sd**2 + self.slope_error**2
        return errors * math.sqrt(variance / (self.donors * 2 * 0.35 * 0.65))


DESIGNS = {19: Design(19, 16), 50: Design(50, 6), 100: Design(100, 8)}


@dataclass(frozen=True)
class Scenario:
    """One way in which expression comes about; `slope` is the SD of donors' slopes over `slope_error`."""

    name: str
    title: str
    slope: float
    # Whether the default model of a scan is the true one.
    right: bool = True
    flags: tuple = ()
    # SD over genes of the effect of pc1 on the slope, over the donors' total SD of slopes.
    structure_slope: float = 0.0
    # Factor by which the residual SD grows from the first to the last visit.
    growth: float = 1.0
    # Residual SD of men over women's.
    sex_ratio: float = 1.0
    # Tests besides those that every scenario has.
    tests: tuple = field(default=())

    def simulation(self, design):
        """Flags of `slopeqtl simulate` for the variances and the residual."""
        slope_sd = self.slope * design.slope_error
        # The geometric mean of the residual SDs stays the same.
        residual = RESIDUAL / math.sqrt(self.growth * self.sex_ratio)
        flags = ["--sd-slope", f"{slope_sd:.6g}", "--sd-residual", f"{residual:.6g}", *self.flags]
        if self.sex_ratio != 1:
            flags += ["--residual-sex-ratio", str(self.sex_ratio)]
        if self.growth != 1:
            flags += ["--residual-growth", f"{math.log(self.growth) / (design.visits - 1):.6g}"]
        if self.structure_slope:
            total = math.hypot(slope_sd, design.slope_error)
            flags += ["--structure-slope", f"{self.structure_slope * total:.6g}"]
        return flags


SCENARIOS = [
    Scenario("none", "slopes equal", 0.0),
    Scenario("small", "slope SD small", 0.5),
    Scenario("large", "slope SD large", 2.0),
    Scenario("missing_small", "30 % of visits missing, slope SD small", 0.5, flags=("--missing", "0.3")),
    Scenario("missing_large", "30 % of visits missing, slope SD large", 2.0, flags=("--missing", "0.3")),
    Scenario(
        "main", "main effects of genotype in every gene, slope SD large", 2.0,
        flags=("--main-fraction", "1", "--main-effect", "0.3")),
    Scenario(
        "skewed", "residual of skewness 1.9", 0.5, right=False, flags=("--residual-skewness", "1.9")),
    Scenario(
        "growing", "residual SD grows fourfold with time", 0.5, right=False, growth=4.0,
        tests=("residual_time",)),
    Scenario(
        "sexes", "residual SD of men three times women's", 0.5, right=False,
        sex_ratio=3.0, tests=("residual_sex",)),
    Scenario(
        "structure", "two populations whose slopes differ", 0.5, structure_slope=0.7,
        flags=("--structure", "0.1"), tests=("pc_main", "pc_none")),
]
