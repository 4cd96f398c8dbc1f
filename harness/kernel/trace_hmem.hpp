// SPDX-License-Identifier: GPL-2.0-only
// Tracepoints of the walk over hmem_active: what a walk was given and what it answered.
#pragma once

#include "kernel/range.hpp"

namespace kernel {

struct device;

void trace_hmem_range(Range range, int target_node);
void trace_hmem_range_dropped(Range range);
void trace_hmem_walk_begin(const device *host);
void trace_hmem_walk_end(const device *host, int result);
void trace_hmem_visit_begin(const device *host, Range range);
void trace_hmem_visit_end(const device *host, Range range, int result);

} // namespace kernel
