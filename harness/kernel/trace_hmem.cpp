// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/trace_hmem.hpp"

#include "kernel/device.hpp"
#include "kernel/kernel.hpp"
#include "kernel/state.hpp"

namespace kernel {

void trace_hmem_range(Range range, int target_node)
{
    record_range(EventKind::hmem_range, name_of(Word::hmem_active), range, target_node);
}

void trace_hmem_range_dropped(Range range)
{
    record_range(EventKind::hmem_range_dropped, name_of(Word::hmem_active), range);
}

void trace_hmem_walk_begin(const device *host)
{
    record(EventKind::walk_begin, host->name,
           outermost_is(state().scheduler.current(), FrameKind::work));
}

void trace_hmem_walk_end(const device *host, int result)
{
    record(EventKind::walk_end, host->name, result);
}

void trace_hmem_visit_begin(const device *host, Range range)
{
    record_range(EventKind::visit_begin, host->name, range);
}

void trace_hmem_visit_end(const device *host, Range range, int result)
{
    record_range(EventKind::visit_end, host->name, range, result);
}

} // namespace kernel
