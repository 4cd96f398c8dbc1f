// SPDX-License-Identifier: GPL-2.0-only
#include "scenario/operations.hpp"

#include <array>

namespace scenario {

const OperationRow &operation_row(OperationCode code)
{
    static constexpr std::array<OperationRow, operation_codes> rows = {{
#define X(id, text, operand, help) {#id, text, Operand::operand, help},
        SCENARIO_OPERATIONS(X)
#undef X
    }};
    return rows[static_cast<std::size_t>(code)];
}

} // namespace scenario
