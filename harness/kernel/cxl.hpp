// SPDX-License-Identifier: GPL-2.0-only
// The CXL core as far as ownership of Soft Reserved memory needs it (KERNEL.md section 7).
//
// Covers: windows in iomem and the root decoders behind them; cxl_acpi and cxl_pci as modules;
// memdevs probed asynchronously, the rescan work, or attached by a cxl_mem that udev loads; regions from
// INTERLEAVE_ACTIVE to COMMIT, reset, loss of a target and removal; dax_regionN children; what dax_hmem
// asks and tells, in every generation of it (UPSTREAM.md 2.2, 2.3, 4.1).
// Does not cover: several targets a region (a region has one memdev, a failed one lacks another that
// never comes), ports and switches, decoder registers, locked regions, poison, endpoint decoders.
#pragma once

#include "kernel/device.hpp"
#include "kernel/resource.hpp"
#include "kernel/workqueue.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kernel {

// In this order: RESET_PENDING sits below COMMIT.
enum cxl_config_state : std::int8_t {
    CXL_CONFIG_IDLE,
    CXL_CONFIG_INTERLEAVE_ACTIVE,
    CXL_CONFIG_ACTIVE,
    CXL_CONFIG_RESET_PENDING,
    CXL_CONFIG_COMMIT,
};

enum class cxl_mode : std::uint8_t { ram, pmem, type2 };

struct cxl_root_decoder {
    int number = 0; // windowN
    Range range;
    mutex range_lock;
    resource *res = nullptr;     // in iomem while published
    bool open = false;           // takes regions; not any more once cxl_acpi goes
    int region_id = -1;          // the memregion id its next region gets
    std::int32_t file_users = 0; // sysfs writers that destroy a region of it
};

struct cxl_memdev;

struct cxl_region {
    device dev; // regionN
    cxl_memdev *memdev = nullptr;
    int id = -1; // memregion id
    cxl_mode mode{};
    bool system_ram = false;
    bool listed = false;      // constructed, and its removal has not begun
    bool is_auto = false;     // CXL_REGION_F_AUTO: firmware programmed it
    bool register_dax = true; // its probe makes the dax child
    cxl_root_decoder *root = nullptr;
    cxl_config_state state = CXL_CONFIG_IDLE;
    resource *res = nullptr;
};

struct cxl_dax_region {
    device dev;
    cxl_region *region = nullptr;
    Range range;
    int id = -1;
};

// A device behind one region.
struct cxl_memdev {
    device dev; // memN, of region N
    Range range;
    cxl_mode mode{};
    bool system_ram = false;
    bool complete = true;   // all members are there: the region can reach COMMIT
    bool programmed = true; // its decoders are, by firmware or by an administrator
    bool by_firmware = true;
    bool decoders_left = false;   // still programmed, though their region is gone
    bool attached = false;        // it has given its decoder to a region
    cxl_region *region = nullptr; // until the region's removal is through
};

struct cxl_driver {
    Name name;
    func<int(device *)> probe;
    probe_type type = probe_type::PROBE_DEFAULT_STRATEGY;
    bool suppress_bind_attrs = false;
    device_driver driver;
};

// What the machine has; set once before boot.
struct cxl_window_description {
    int number;
    Range range;
};
struct cxl_memdev_description {
    int number;
    Range range;
    cxl_mode mode;
    bool system_ram;
    bool complete;
    bool programmed;
};

struct CxlState {
    bool region_enabled = true;             // CONFIG_CXL_REGION
    std::vector<cxl_root_decoder> decoders; // ascending address
    std::vector<cxl_memdev> memdevs;
    device acpi_device;
    device_driver acpi_driver;
    device_driver pci_driver;
    device_driver region_driver;
    rw_semaphore region_rwsem;
    workqueue_struct port_wq;
    work_struct rescan_work;
    bool attach_wanted = false; // memdevs probed which cxl_mem has not looked at
    bool attach_runs = false;
};

void cxl_boot(std::span<const cxl_window_description> windows,
              std::span<const cxl_memdev_description> memdevs, bool region_enabled);

cxl_dax_region *to_cxl_dax_region(device *dev);

bus_type &cxl_bus_type();

// Whether one committed region contains the whole resource; stale as soon as it is known.
bool cxl_region_contains_resource(const resource *res);
// Whether regions of whatever state, end to end, make up exactly [start, end]. Takes no lock.
bool cxl_regions_fully_map(std::uint64_t start, std::uint64_t end);
// Makes the dax children of the RAM regions that overlap [start, end].
void cxl_register_dax(std::uint64_t start, std::uint64_t end);
// Removes the regions that overlap [start, end], whose decoders stay programmed; and all regions.
void cxl_region_teardown(std::uint64_t start, std::uint64_t end);
void cxl_region_teardown_all();

int cxl_driver_register(cxl_driver *drv);
void cxl_driver_unregister(cxl_driver *drv);

// Region life outside enumeration. 0 or -errno, as an administrator's tool would see it.
int cxl_assemble(int number);
int cxl_decommit(int number);
int cxl_destroy(int number);

// For cxl_pci and the rescan, under the memdev's device lock: the memdev gives its decoder to a
// region, which commits if it is complete; and takes it away.
void cxl_endpoint_attach(cxl_memdev *memdev);
void cxl_endpoint_detach(cxl_memdev *memdev);
// Ends all regions, and lets no new ones come.
void close_root_decoders();

} // namespace kernel
