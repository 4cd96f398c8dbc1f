// SPDX-License-Identifier: GPL-2.0-only
// The table of revisions: what each consists of, and what it intends. The oracle judges a revision by
// its own intent.
#pragma once

#include "kernel/config.hpp"
#include "kernel/module.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace drivers {

// Who owns a range that touches a CXL window, once CXL had its chance.
enum class DecisionRule : std::uint8_t {
	one_region_contains, // CXL if one committed region contains all of it, HMEM otherwise
	window,		     // CXL, at once: there is no resolution
	dropped,	     // CXL: the resolution asks for no region
	chain_of_regions,    // CXL if regions of any state, end to end, make up exactly the range
	all_or_nothing, // CXL if each such range lies in one committed region; otherwise HMEM all
};

// Who owns it at a probe after the first resolution.
enum class LaterRule : std::uint8_t {
	cxl_wins,	// never HMEM
	again,		// as at the first probe: it waits for another resolution
	keeps_the_mode, // whoever the last resolution gave all such ranges
};

struct Intent {
	DecisionRule decision;
	LaterRule later;
	// without it windows mean nothing: HMEM owns every range
	kernel::config_symbol gate = kernel::CONFIG_DEV_DAX_CXL;
	// dax_cxl registers its driver after what was to be resolved (39aa1d4be12b and v6 8/9 on)
	bool dax_cxl_waits = true;
};

// What Kconfig asks of CXL_ACPI and CXL_PCI where DEV_DAX_HMEM is built in (UPSTREAM.md 2.1, 2.7, K-2).
enum class Kconfig : std::uint8_t {
	nothing,
	built_in_for_dax_cxl, // DEV_DAX_CXL needs both built in: CXL_ACPI >= DEV_DAX_HMEM
	built_in_for_hmem,    // DEV_DAX_HMEM itself does: CXL_ACPI || !CXL_ACPI
};

// What the revision's Kconfig and Makefile say of modules that are built in.
struct Build {
	Kconfig kconfig = Kconfig::built_in_for_dax_cxl;
	bool hmem_first = true; // drivers/dax/Makefile lists hmem/ before dax_cxl (39aa1d4be12b)
};

struct Revision {
	std::string_view id;
	std::string_view summary;
	Intent intent;
	const kernel::module_info *device_hmem;
	const kernel::module_info *dax_hmem;
	const kernel::module_info *dax_cxl;
	const kernel::module_info *dax_cxl_without_hmem;
	std::string_view posted = {}; // or released: "2026-03-19"; empty: before all others
	Build build = {};
	const kernel::module_info *dax = nullptr; // dax.ko, where it holds state of ownership
	kernel::CoreFacts core = {};
};

// The index is part of the wire form, so rows are only ever appended.
std::span<const Revision> revisions();
// By day of posting, for people; in the order of the table within a day.
std::span<const Revision *const> revisions_in_order();
std::span<const std::string_view> revision_ids();
// nullptr if there is none of that id.
const Revision *find_revision(std::string_view id);

} // namespace drivers
