// SPDX-License-Identifier: GPL-2.0-only
// What a violation is in this run, in a line: "hmem.3 [mem 0x850000000-0x94fffffff] (SR0): held at the
// end". The command and the fuzz targets say it alike.
//
// Covers: what it is about and what exactly happened. Does not cover: the rule, where it was broken, the
// lines of the trace that show it (verdict.hpp).
#pragma once

#include "properties/properties.hpp"
#include "scenario/scenario.hpp"

#include <string>

namespace report {

std::string here_text(const properties::Violation &violation, const scenario::Scenario &scenario);

} // namespace report
