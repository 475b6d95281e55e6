#include "network/stream_bio.h"

#include <cstddef>
#include <string_view>

namespace aip::network {
namespace {

BelowTls& below(BIO* bio) {
    return *static_cast<BelowTls*>(BIO_get_data(bio));
}

/// What OpenSSL wants to hear of a step.
int tell(BIO* bio, const IoStep& io) {
    BIO_clear_retry_flags(bio);
    switch (io.progress) {
        case Progress::done:
            return static_cast<int>(io.bytes);
        case Progress::wantsRead:
            BIO_set_retry_read(bio);
            return -1;
        case Progress::wantsWrite:
            BIO_set_retry_write(bio);
            return -1;
        case Progress::ended:
            below(bio).ended = true;
            return 0;
        case Progress::failed:
            break;
    }
    below(bio).failed = true;
    return -1;
}

int read(BIO* bio, char* space, int size) {
    BelowTls& link = below(bio);
    const IoStep io = link.stream.read({space, static_cast<std::size_t>(size)});
    if (io.progress == Progress::done && link.firstByte < 0) {
        link.firstByte = static_cast<unsigned char>(*space);
    }
    return tell(bio, io);
}

int write(BIO* bio, const char* bytes, int size) {
    return tell(bio, below(bio).stream.write({bytes, static_cast<std::size_t>(size)}));
}

long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    switch (command) {
        case BIO_CTRL_FLUSH:
            return 1;
        case BIO_CTRL_EOF:
            return below(bio).ended ? 1 : 0;
        default:
            return 0;
    }
}

BIO_METHOD* makeMethod() {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "aip stream");
    BIO_meth_set_read(method, read);
    BIO_meth_set_write(method, write);
    BIO_meth_set_ctrl(method, control);
    return method;
}

}  // namespace

BIO* makeBio(BelowTls& below) {
    static BIO_METHOD* const method = makeMethod();  // for ever, as OpenSSL's own
    BIO* bio = BIO_new(method);
    BIO_set_data(bio, &below);
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace aip::network
