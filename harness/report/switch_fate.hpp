// SPDX-License-Identifier: GPL-2.0-only
// What became of the switches of a scenario: one that changed nothing is no part of the story, and a
// reader must know.
//
// Covers: the facts, and a line for each that changed nothing. Does not cover: what a switch did
// (trace.hpp).
#pragma once

#include "report/paint.hpp"
#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace report {

enum class SwitchFate : std::uint8_t {
    never_reached, // its role never came to its point so often
    applied,
    target_not_runnable,
    point_taken, // another switch applied there
};

std::string_view fate_text(SwitchFate fate); // "never-reached"

// By index in the scenario.
std::vector<SwitchFate> switch_fates(const run::Result &result, const scenario::Scenario &scenario);

// "note: switch 1 was never reached: admin before ...". Empty if all of them applied.
std::string switch_notes(const run::Result &result, const scenario::Scenario &scenario,
                         Paint paint = {});

} // namespace report
