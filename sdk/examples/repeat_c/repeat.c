/* A tool in plain C that takes a text and a number. plugin.json.in says what the agent lets through. */
#include <aip/plugin.h>

static aip_status repeat(const aip_call* call, aip_json parameters) {
    char word[401];
    char text[4001] = "";
    int64_t times = 0;
    const int64_t size = aip_json_string(aip_json_member(parameters, "word"), word, sizeof word);
    if (size < 0 || !aip_json_int64(aip_json_member(parameters, "times"), &times) || times < 0 || times > 10) {
        return aip_fail(call, AIP_INVALID, "expected a word of at most 400 bytes, and how often, at most 10 times");
    }
    while (times-- > 0) {
        strcat(text, word);
    }
    return aip_return_text(call, text);
}

static const aip_tool tools[] = {{"repeat", repeat}};
AIP_C_PLUGIN(tools)
