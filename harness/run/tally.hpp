// SPDX-License-Identifier: GPL-2.0-only
// What the searches of explore.cpp and reduce.cpp have in common: counting what a run showed.
#pragma once

#include "run/explore.hpp"

namespace run {

// Takes in a run of the scenario with those switches and its faults. `switches` may be more than can
// be written down; then no row names them.
void tally(Explored &found, const Result &result, const scenario::Scenario &scenario);

// What a search of one program begins with: nothing, or what was found before it was stopped.
Explored found_before(const ExploreOptions &options);

// The same identity, judged alike.
bool is_same(const properties::Finding &left, const properties::Finding &right);

// From what matters most to what matters least.
void sort_rows(std::vector<ExploredRow> &rows);

} // namespace run
