// SPDX-License-Identifier: GPL-2.0-only
// Inside the CXL core: what its parts do with a region.
#pragma once

#include "kernel/cxl.hpp"
#include "kernel/footprint.hpp"

namespace kernel {

// What the CXL core keeps to.
inline constexpr Footprint cxl_footprint =
    Footprint::of(Area::cxl) | Footprint::of(Area::resources) | Footprint::read(Area::pci_bus) |
    Footprint::read(Area::cxl_bus) | Footprint::read(Area::lifetimes);

cxl_region *to_cxl_region(device *dev);
Range range_of(const cxl_region *region);

// Under the region lock for write.
void store_state(cxl_region *region, cxl_config_state value);

// Busy System RAM lies inside, by the layout's word or in iomem.
bool has_system_ram(const cxl_region *region);

// 0 or -errno: -ENXIO for a region that is not committed, -EEXIST for one that has its dax region.
int devm_cxl_add_dax_region(cxl_region *region);

// Whether firmware's programming of the decoders survives the region.
enum class Decoders : std::uint8_t { reset, keep };

// Takes the caller's reference (Holder::driver_core). Of several callers the first removes the region.
void unregister_region(cxl_region *region, Decoders decoders = Decoders::reset);

} // namespace kernel
