// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/bus.h of v6 (UPSTREAM.md 2.4): dax.ko holds dax_hmem's decision and the work that takes
// it, so that dax_cxl can flush it without dax_hmem being loaded.
#pragma once

#include "kernel/call.hpp"
#include "kernel/module.hpp"

namespace drivers {

namespace bus_v6 {

using dax_hmem_work_fn = kernel::func<void(void *)>;

enum class dax_cxl_mode_t {
	DEFER,
	REGISTER,
	DROP,
};

dax_cxl_mode_t &dax_cxl_mode();

/* 0; -EINVAL where one is registered */
int dax_hmem_register_work(dax_hmem_work_fn fn, void *data);
/* 0; -EINVAL where another one is */
int dax_hmem_unregister_work(dax_hmem_work_fn fn, void *data);
void dax_hmem_queue_work();
void dax_hmem_flush_work();

} // namespace bus_v6

extern const kernel::module_info dax_v6;

} // namespace drivers
