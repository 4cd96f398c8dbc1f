// SPDX-License-Identifier: GPL-2.0-only
// One run of a scenario for the mutator: what it came past. Nothing is judged by it, and no engine
// counts it. What is run has run before, so that no crash happens here first.
#pragma once

#include "generators/aimed_edits.hpp"

#include <string_view>

namespace fuzz {

generators::Passed look_ahead(std::string_view revision, const scenario::Scenario &scenario);

} // namespace fuzz
