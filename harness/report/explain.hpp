// SPDX-License-Identifier: GPL-2.0-only
// The story of a run: what the machine has, what happened in which order, what is wrong with it,
// who owns what in the end.
//
// Covers: the text. Does not cover: every single step (trace.hpp).
#pragma once

#include "report/paint.hpp"
#include "report/verdict.hpp"

#include <string>

namespace report {

std::string explain(const Subject &subject, const Verdict &verdict, Paint paint = {});

} // namespace report
