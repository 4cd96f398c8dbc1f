// SPDX-License-Identifier: GPL-2.0-only
#include "drivers/registry.hpp"

#include "drivers/dax_cxl.hpp"
#include "drivers/device.hpp"
#include "drivers/hmem.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace drivers {
namespace {

constexpr Intent per_range = { DecisionRule::one_region_contains, LaterRule::cxl_wins };

constexpr std::array<Revision, 6> table = { {
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
} };

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
