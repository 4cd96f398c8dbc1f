// SPDX-License-Identifier: GPL-2.0-only
// Tables over many runs, for people: regressions against revisions, and calls that were made to fail.
//
// Covers: the text. Does not cover: running (run/matrix.hpp, run/fault_loop.hpp), JSON (cli/).
#pragma once

#include "report/paint.hpp"
#include "run/fault_loop.hpp"
#include "run/matrix.hpp"

#include <span>
#include <string>

namespace report {

// "clean", "2 bugs", "1 open", "1 acc.", "not-fired", "n/a"; "+" where there is more of less weight,
// "*" where an entry of the file shows, "!!" before what is not as expected.
std::string cell_text(const run::Cell &cell);

// Files by revisions, then what is not as expected, then the counts.
std::string matrix_text(const run::Matrix &matrix, Paint paint = {});

// "lost-range:f" or "nothing".
std::string identities_text(const run::Identities &identities);

// What a finding of a run with a fault is: "NEW", "known" (some regression shows it), or as
// report::status_text says.
std::string fault_status_text(const properties::Finding &finding, const run::Identities &known);

// A line for each call that failed; who failed, where, and what came of it.
std::string fault_table(std::span<const run::FaultRun> runs, const scenario::Scenario &scenario,
                        const run::Identities &known, Paint paint = {});

} // namespace report
