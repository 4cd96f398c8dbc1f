// SPDX-License-Identifier: GPL-2.0-only
// The common generators as RapidCheck sees them: a scenario is a list of wire records, each of which
// makes sense alone. Taking one away, or a number down, leaves a scenario: that is what lets RapidCheck
// shrink to a short story.
#pragma once

#include "generators/records.hpp"

#include <rapidcheck.h>

#include <string>

namespace property_tests {

// How much there is grows with RapidCheck's size: at size 100, as much as generators::Size says.
rc::Gen<generators::Records> scenarios();

// Keeps a counterexample as a scenario file in GoogleTest's folder of temporary files. Returns the
// file's path.
std::string keep_counterexample(const scenario::Scenario &scenario, const std::string &name);

} // namespace property_tests
