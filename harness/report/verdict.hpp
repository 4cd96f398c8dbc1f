// SPDX-License-Identifier: GPL-2.0-only
// What a run violated, for people: what each violation means, where the rule comes from, whether it
// is known, and the lines of the trace that show it.
//
// Covers: the text, and the same facts as data. Does not cover: JSON (cli/json.hpp), the whole
// story (explain.hpp).
#pragma once

#include "drivers/registry.hpp"
#include "properties/exceptions.hpp"
#include "properties/properties.hpp"
#include "report/paint.hpp"
#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace report {

// A finished run and what it was made of. The references must outlive the report.
struct Subject {
    const drivers::Revision &revision;
    const scenario::Scenario &scenario;
    const run::Result &result;
};

enum class Outcome : std::uint8_t {
    clean,        // nothing, or only what is accepted or open
    violation,    // also, if strict, what is accepted or open
    not_fired,    // else clean, but a fault of the scenario never came to pass: this proves nothing
    not_modelled, // the simulated kernel cannot say what the real one does: no verdict
    not_applicable, // the revision cannot be configured so: no verdict
};

std::string_view outcome_text(Outcome outcome); // "clean", "not-fired"

using properties::Finding;

struct Verdict {
    Outcome outcome = Outcome::clean;
    std::vector<Finding> findings; // in order of detection

    std::size_t count(properties::Status status) const;
};

Verdict judge(const Subject &subject, bool strict);

// What the story leaves out and these findings need: indices of events, ascending.
std::vector<std::size_t> evidence(const Subject &subject, std::span<const Finding> findings);

// "violation", "accepted (ML-10)", "open (ML-13)".
std::string status_text(const properties::Judgement &judgement);

// "mainline: clean" and, if there is any, what is known: "v7: 1 violation, 1 accepted".
std::string headline(const Subject &subject, const Verdict &verdict);

// Everything: each finding with its context, the remarks, the headline.
std::string verdict_text(const Subject &subject, const Verdict &verdict, Paint paint = {});

// One finding, with `number` before it; `context`: the trace's lines that lead to it.
std::string finding_text(const Subject &subject, const Finding &finding, std::size_t number,
                         bool context, Paint paint = {});

// What else a reader must know: faults that never fired, switches that changed nothing, ranges nobody
// owns. May be empty.
std::string remarks_text(const Subject &subject, Paint paint = {});

} // namespace report
