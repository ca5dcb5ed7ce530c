from polygeo.cones.of_constraints import chi_bar_weights as chi_bar_weights
from polygeo.volumes.constraints.outcome import constraint_test as constraint_test
from polygeo.volumes.constraints.outcome import p_value_bounds as p_value_bounds
from polygeo.volumes.escape import EscapeBound as EscapeBound
from polygeo.volumes.escape import escape_bound as escape_bound
from polygeo.volumes.intrinsic import IntrinsicVolumes as IntrinsicVolumes
from polygeo.volumes.kinematics import crofton as crofton
from polygeo.volumes.kinematics import (
    expected_euler_characteristic as expected_euler_characteristic,
)
from polygeo.volumes.kinematics import intersection_probability as intersection_probability
from polygeo.volumes.kinematics import kinematic as kinematic
from polygeo.volumes.kinematics import projection as projection
from polygeo.volumes.laws.chibarsq import BivariateChiBarSquared as BivariateChiBarSquared
from polygeo.volumes.laws.chibarsq import ChiBarSquared as ChiBarSquared
from polygeo.volumes.laws.variance_ratios import EBarSquared as EBarSquared
from polygeo.volumes.laws.variance_ratios import FBar as FBar
from polygeo.volumes.orthants.probability import orthant_probability as orthant_probability
from polygeo.volumes.orthants.probability import solid_angle as solid_angle
from polygeo.volumes.regular import corner_internal_angle as corner_internal_angle
from polygeo.volumes.regular import crosspolytope_external_angle as crosspolytope_external_angle
from polygeo.volumes.regular import equicorrelated_orthant as equicorrelated_orthant
from polygeo.volumes.regular import simplex_external_angle as simplex_external_angle
from polygeo.volumes.regular import simplex_internal_angle as simplex_internal_angle
