#include <aip/plugin.h>

#include <stdio.h>

static aip_status add(const aip_call* call, aip_json parameters) {
    int64_t a = 0;
    int64_t b = 0;
    char sum[24];
    if (!aip_json_int64(aip_json_member(parameters, "a"), &a) ||
        !aip_json_int64(aip_json_member(parameters, "b"), &b)) {
        return aip_fail(call, AIP_INVALID, "expected two numbers");
    }
    snprintf(sum, sizeof sum, "%lld", (long long)(a + b));
    return aip_return_json(call, sum);
}

static const aip_tool tools[] = {{"add", add}};
AIP_C_PLUGIN(tools)
