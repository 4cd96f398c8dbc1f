// SPDX-License-Identifier: GPL-2.0-only
#include "report/here.hpp"

#include "report/sentence.hpp"

namespace report {

std::string here_text(const properties::Violation &violation, const scenario::Scenario &scenario)
{
    std::string text;
    if (violation.object)
        text = kernel::to_string(violation.object);
    if (violation.range.end > 0)
        text += (text.empty() ? "" : " ") + range_text(violation.range, scenario);
    return text + (text.empty() ? "" : ": ") + std::string(violation.detail);
}

} // namespace report
