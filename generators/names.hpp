// SPDX-License-Identifier: GPL-2.0-only
// The roles and objects that switches and faults speak of, drawn so that a run has a chance to meet
// them.
//
// Covers: which kind of object comes to which point and site. Does not cover: whether this scenario
// does come there; one that does not is a switch or a fault without effect.
#pragma once

#include "generators/source.hpp"
#include "scenario/scenario.hpp"

namespace generators {

// A role that a run of the scenario may have; actors only of those it has.
kernel::Role any_role(const scenario::Scenario &scenario, Source &source);

// What arrives at the point. A point that the table behind this does not know gets any word.
kernel::Name object_at(kernel::Point point, const scenario::Scenario &scenario, Source &source);
// What the fallible call is about; likewise.
kernel::Name object_of(kernel::Site site, const scenario::Scenario &scenario, Source &source);

} // namespace generators
