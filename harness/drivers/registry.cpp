// SPDX-License-Identifier: GPL-2.0-only
#include "drivers/registry.hpp"

#include "drivers/bus_v5.hpp"
#include "drivers/bus_v6.hpp"
#include "drivers/dax_cxl.hpp"
#include "drivers/device.hpp"
#include "drivers/hmem.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace drivers {
namespace {

constexpr Intent per_range = { DecisionRule::one_region_contains, LaterRule::cxl_wins };

// The kernels that the revisions were written for. v1 to v4 were posted before 7.0, but on top of their
// own first version of the soft_reserve tree.
constexpr kernel::CoreFacts core_pre = { .soft_reserved_in_iomem = true,
					 .dax_regions_exclusive = false,
					 .memdevs_attach_later = true };
constexpr kernel::CoreFacts core_v1 = { .dax_regions_exclusive = false,
					.memdevs_attach_later = true };
constexpr kernel::CoreFacts core_v4 = { .dax_regions_exclusive = false,
					.memdevs_attach_later = true,
					.auto_regions_wait_for_dax = true };
constexpr kernel::CoreFacts core_v5 = { .dax_regions_exclusive = false,
					.auto_regions_keep_decoders = true };
constexpr kernel::CoreFacts core_v6 = { .auto_regions_keep_decoders = true };

// ASSUMED: what v5 and v6 were posted on has 214291cbaace already (device_hmem_v7); nothing shows it.
constexpr auto table = std::to_array<Revision>({
	{ "v7", "patches 1-6 as posted on 2026-03-19", per_range, &device_hmem_v7, &dax_hmem_v7,
	  &dax_cxl, &dax_cxl_without_hmem, "2026-03-19" },
	{ "v7-static-init", "v7 with a statically initialised work item", per_range,
	  &device_hmem_v7, &dax_hmem_v7_static_init, &dax_cxl, &dax_cxl_without_hmem,
	  "2026-03-19" },
	{ "v7-gated-exit", "v7 whose exit flushes only what was set up", per_range, &device_hmem_v7,
	  &dax_hmem_v7_gated_exit, &dax_cxl, &dax_cxl_without_hmem, "2026-03-19" },
	{ "v7-reviewed", "v7 with both remedies of its review", per_range, &device_hmem_v7,
	  &dax_hmem_v7_reviewed, &dax_cxl, &dax_cxl_without_hmem, "2026-03-19" },
	{ "v8", "patches 1-8 of 2026-03-22, e4de6b910bf3", per_range, &device_hmem_v7, &dax_hmem_v8,
	  &dax_cxl, &dax_cxl_without_hmem, "2026-03-22" },
	{ "mainline",
	  "v7.1: f8dc1bde1873 and 059edcc405e4",
	  per_range,
	  &device_hmem_mainline,
	  &dax_hmem_mainline,
	  &dax_cxl,
	  &dax_cxl_without_hmem,
	  "2026-06-14",
	  { Kconfig::built_in_for_hmem } },
	{ "pre",
	  "6.12 to 6.18, before the series",
	  { .decision = DecisionRule::window,
	    .later = LaterRule::again,
	    .gate = kernel::CONFIG_CXL_REGION,
	    .dax_cxl_waits = false },
	  &device_hmem_pre,
	  &dax_hmem_pre,
	  &dax_cxl_pre,
	  &dax_cxl_pre,
	  {},
	  { Kconfig::nothing, false },
	  nullptr,
	  core_pre },
	{ "v1",
	  "as posted on 2025-08-22; v2 and v3 have the same logic",
	  { .decision = DecisionRule::dropped, .later = LaterRule::again, .dax_cxl_waits = false },
	  &device_hmem_v1,
	  &dax_hmem_v1,
	  &dax_cxl_pre,
	  &dax_cxl_pre,
	  "2025-08-22",
	  { Kconfig::built_in_for_dax_cxl, false },
	  nullptr,
	  core_v1 },
	{ "v4",
	  "as posted on 2025-11-20",
	  { .decision = DecisionRule::chain_of_regions,
	    .later = LaterRule::again,
	    .dax_cxl_waits = false },
	  &device_hmem_v1,
	  &dax_hmem_v4,
	  &dax_cxl_pre,
	  &dax_cxl_pre,
	  "2025-11-20",
	  { Kconfig::built_in_for_dax_cxl, false },
	  nullptr,
	  core_v4 },
	{ "v5",
	  "as posted on 2026-01-22",
	  { .decision = DecisionRule::all_or_nothing,
	    .later = LaterRule::keeps_the_mode,
	    .dax_cxl_waits = false },
	  &device_hmem_v7,
	  &dax_hmem_v5,
	  &dax_cxl_v5,
	  &dax_cxl_v5,
	  "2026-01-22",
	  { Kconfig::built_in_for_dax_cxl, false },
	  &dax_v5,
	  core_v5 },
	{ "v6",
	  "as posted on 2026-02-10",
	  { DecisionRule::all_or_nothing, LaterRule::keeps_the_mode },
	  &device_hmem_v7,
	  &dax_hmem_v6,
	  &dax_cxl_v6,
	  &dax_cxl_v6,
	  "2026-02-10",
	  {},
	  &dax_v6,
	  core_v6 },
});

} // namespace

std::span<const Revision> revisions()
{
	return table;
}

std::span<const Revision *const> revisions_in_order()
{
	static constexpr auto ordered = [] {
		std::array<const Revision *, table.size()> rows{};
		for (std::size_t i = 0; i < table.size(); ++i)
			rows[i] = &table[i];
		std::sort(rows.begin(), rows.end(),
			  [](const Revision *left, const Revision *right) {
				  return std::pair(left->posted, left) <
					 std::pair(right->posted, right);
			  });
		return rows;
	}();
	return ordered;
}

std::span<const std::string_view> revision_ids()
{
	static constexpr auto ids = [] {
		std::array<std::string_view, table.size()> result;
		for (std::size_t i = 0; i < table.size(); ++i)
			result[i] = table[i].id;
		return result;
	}();
	return ids;
}

const Revision *find_revision(std::string_view id)
{
	for (const Revision &revision : table)
		if (revision.id == id)
			return &revision;
	return nullptr;
}

} // namespace drivers
