#include "admission/signature.h"

#include "tests/admission/key_pair.h"

#include <gtest/gtest.h>

namespace {

using aip::admission::PrivateKey;
using aip::admission::PublicKey;
using aip::tests::KeyPair;

TEST(Signature, isGoodForItsTextAndItsKeyOnly) {
    const KeyPair pair;
    const auto signature = PrivateKey::parse(pair.privatePem)->sign("a text");
    ASSERT_TRUE(signature) << signature.error().text();
    EXPECT_EQ(signature->size(), 64U);
    const auto key = PublicKey::parse(pair.publicPem);
    ASSERT_TRUE(key) << key.error().text();
    EXPECT_TRUE(key->verifies("a text", *signature));
    EXPECT_FALSE(key->verifies("a text ", *signature));
    EXPECT_FALSE(key->verifies("a text", signature->substr(1)));
    EXPECT_FALSE(key->verifies("a text", ""));
    EXPECT_FALSE(PublicKey::parse(KeyPair().publicPem)->verifies("a text", *signature));
}

TEST(Signature, refusesWhatIsNoEd25519Key) {
    const KeyPair other("X25519");
    for (const auto& [pem, why] :
         {std::pair(other.publicPem, "not an Ed25519 key"), std::pair(KeyPair().privatePem, "holds no public key"),
          std::pair(std::string("nonsense"), "holds no public key"), std::pair(std::string(), "holds no public key")}) {
        const auto key = PublicKey::parse(pem);
        ASSERT_FALSE(key);
        EXPECT_NE(key.error().text().find(why), std::string::npos) << key.error().text();
    }
    EXPECT_FALSE(PrivateKey::parse(other.privatePem));
    EXPECT_FALSE(PrivateKey::parse(KeyPair().publicPem));
}

TEST(Signature, doesNotAskForThePassPhraseOfAKey) {
    const auto key = PrivateKey::parse(KeyPair("ED25519", "word").privatePem);
    ASSERT_FALSE(key);
    EXPECT_NE(key.error().text().find("not encrypted"), std::string::npos);
}

}  // namespace
