// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/errno.hpp"

namespace kernel {

#define X(id, value) static_assert(id == value, #id " differs from Linux on x86");
KERNEL_ERRNOS(X)
#undef X
static_assert(EWOULDBLOCK == EAGAIN, "as on Linux");

std::string_view errno_text(int result)
{
    switch (result) {
    case 0:
        return "0";
#define X(id, value)                                                                               \
    case -value:                                                                                   \
        return "-" #id;
        KERNEL_ERRNOS(X)
#undef X
    default:
        return "?";
    }
}

} // namespace kernel
