// SPDX-License-Identifier: GPL-2.0-only
#include "generators/faults.hpp"

#include "generators/names.hpp"
#include "scenario/words.hpp"

#include <array>

namespace generators {

scenario::Fault make_fault(const scenario::Scenario &scenario, Source &source)
{
    scenario::Fault fault;
    fault.role = any_role(scenario, source);
    fault.nth = source.coin();
    // A numbered fault counts every call of the task, a named one only those like it.
    fault.count = static_cast<std::uint16_t>(source.magnitude(fault.nth ? 4 : 1));
    if (fault.nth)
        return fault;
    fault.site = static_cast<kernel::Site>(source.below(scenario::sites_count));
    fault.object = object_of(fault.site, scenario, source);
    return fault;
}

std::vector<scenario::Fault> make_faults(const scenario::Scenario &scenario, const Weights &weights,
                                         std::size_t faults_max, Source &source)
{
    constexpr Weight none = 4;
    const std::array weight = {none, weights.faults};
    std::vector<scenario::Fault> faults;
    while (faults.size() < faults_max && source.weighted(weight) == 1)
        faults.push_back(make_fault(scenario, source));
    return faults;
}

} // namespace generators
