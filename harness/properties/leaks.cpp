// SPDX-License-Identifier: GPL-2.0-only
// Objects that are left when everything was unloaded. What belongs to the machine itself is marked
// where it is made, with kmemleak_not_leak(); what belongs to a module that is built in, in
// keep_what_is_built_in() of kernel/module.cpp.
#include "kernel/state.hpp"
#include "properties/collector.hpp"

namespace properties {

static_assert(no_event == kernel::ObjectStore::no_record);

void judge_leaks(const kernel::State &state, Collector &collector)
{
    for (const kernel::ObjectStore::Leak &leak : state.objects.survivors())
        collector.report({Property::leaked_resource,
                          leak.function,
                          leak.what,
                          {},
                          "the object allocated here is never freed",
                          leak.event});
}

} // namespace properties
