// SPDX-License-Identifier: GPL-2.0-only
// drivers/dax/bus.h of v5 (UPSTREAM.md 2.3): the decision of dax_hmem, for dax_cxl to see. It lives in
// dax.ko, so that it survives a reload of dax_hmem.
#pragma once

#include "kernel/module.hpp"

namespace drivers {

namespace bus_v5 {

enum class dax_cxl_mode_t {
	DEFER,
	REGISTER,
	DROP,
};

dax_cxl_mode_t &dax_cxl_mode();

} // namespace bus_v5

extern const kernel::module_info dax_v5;

} // namespace drivers
