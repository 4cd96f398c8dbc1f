// SPDX-License-Identifier: GPL-2.0-only
// For tests: what several planted modules are made of.
#pragma once

#include "run/planted.hpp"

#include <initializer_list>
#include <vector>

namespace run::testing {

inline void nothing_to_do(kernel::work_struct *) {}
inline void wait_for_probes(kernel::work_struct *) { kernel::wait_for_device_probe(); }
inline void take_lock(kernel::work_struct *) { const kernel::guard_mutex guard(&planted().lock); }
inline void take_other_lock(kernel::work_struct *)
{
    const kernel::guard_mutex guard(&planted().other_lock);
}

template <void (*function)(kernel::work_struct *)> void queue()
{
    if (!planted().work.func)
        kernel::INIT_WORK(&planted().work, FUNC(function));
    kernel::queue_work(kernel::system_long_wq, &planted().work);
}

inline void flush() { kernel::flush_work(&planted().work); }
inline void flush_action(void *) { flush(); }

inline int remember_probe(kernel::platform_device *pdev)
{
    planted().pdev = pdev;
    return 0;
}

template <void (*function)(kernel::work_struct *)> int queueing_probe(kernel::platform_device *pdev)
{
    queue<function>();
    return remember_probe(pdev);
}

inline void flush_and_unregister()
{
    flush();
    unregister_exit();
}

inline std::vector<scenario::Operation>
load_and(std::initializer_list<scenario::Operation> operations)
{
    std::vector<scenario::Operation> all = {
        {scenario::OperationCode::modprobe, kernel::name_of(kernel::Word::dax_hmem)}};
    all.insert(all.end(), operations);
    return all;
}

inline constexpr kernel::Name platform0 = kernel::name_of(kernel::Word::hmem_platform, 0);

} // namespace run::testing
