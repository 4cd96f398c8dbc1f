// SPDX-License-Identifier: GPL-2.0-only
// Outcomes that are no news: those upstream chose on purpose (accepted, with the message id), and
// findings that are known and wait for an answer (open, with a file in regressions/). Both are rows
// of one table of predicates over the violation and what the run was made of: never "this id on this
// revision".
#pragma once

#include "kernel/event.hpp"
#include "properties/properties.hpp"
#include "scenario/scenario.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace properties {

// From what matters most to what matters least.
enum class Status : std::uint8_t { violation, open, accepted };

struct Judgement {
    Status status = Status::violation;
    std::string_view id;     // of the exception: "ML-10"
    std::string_view source; // message id, commit, or the catalogue's mark
};

struct Circumstances {
    const scenario::Scenario &scenario;
    std::span<const kernel::Event> events;
};

// The first row that takes the violation, or Status::violation.
Judgement judge_exception(const Violation &violation, const Circumstances &circumstances);

struct Finding {
    Violation violation;
    Judgement judgement;
};

// The distinct identities of a verdict in its order; where several violations share one, the one
// that matters most stands for them.
std::vector<Finding> findings(std::span<const Violation> verdict,
                              const Circumstances &circumstances);

struct ExceptionRow {
    Status status;
    std::string_view id;
    std::string_view sentence;
    std::string_view source;
    bool (*takes)(const Violation &, const Circumstances &);
};

std::span<const ExceptionRow> exceptions();

std::string_view status_text(Status status);

} // namespace properties
