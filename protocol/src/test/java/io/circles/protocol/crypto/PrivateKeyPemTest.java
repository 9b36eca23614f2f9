package io.circles.protocol.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Key files as openssl 3.0 wrote them, of one key made for this test.
class PrivateKeyPemTest {
    private static final KeyPair PAIR =
            KeyPair.of(Digest.sha256("circles test key".getBytes(UTF_8)));
    private static final String TO_MAKE =
            "openssl ecparam -name secp256k1 -genkey -noout -out circle.pem";

    private static final String PARAMETERS =
            """
            -----BEGIN EC PARAMETERS-----
            BgUrgQQACg==
            -----END EC PARAMETERS-----
            """;
    private static final String SEC1 =
            """
            -----BEGIN EC PRIVATE KEY-----
            MHQCAQEEIJ2416134ZvsV9oFquPFTrplpMtmR8kkkRmbXoENTuX8oAcGBSuBBAAK
            oUQDQgAEy8zxd9d8/NS4K8RnaV4hpsIfjqcsJmTjQtD3d4GWW1VP4yxm0G7gOYkB
            alA2hNuV88EuZWYRotL174vEYfHbsw==
            -----END EC PRIVATE KEY-----
            """;
    private static final String SEC1_WITHOUT_PUBLIC_KEY =
            """
            -----BEGIN EC PRIVATE KEY-----
            MC4CAQEEIJ2416134ZvsV9oFquPFTrplpMtmR8kkkRmbXoENTuX8oAcGBSuBBAAK
            -----END EC PRIVATE KEY-----
            """;
    private static final String SEC1_WITH_COMPRESSED_PUBLIC_KEY =
            """
            -----BEGIN EC PRIVATE KEY-----
            MFQCAQEEIJ2416134ZvsV9oFquPFTrplpMtmR8kkkRmbXoENTuX8oAcGBSuBBAAK
            oSQDIgADy8zxd9d8/NS4K8RnaV4hpsIfjqcsJmTjQtD3d4GWW1U=
            -----END EC PRIVATE KEY-----
            """;
    private static final String SEC1_WITHOUT_CURVE =
            """
            -----BEGIN EC PRIVATE KEY-----
            MCUCAQEEIJ2416134ZvsV9oFquPFTrplpMtmR8kkkRmbXoENTuX8
            -----END EC PRIVATE KEY-----
            """;
    private static final String SEC1_WITH_CURVE_SPELT_OUT =
            """
            -----BEGIN EC PRIVATE KEY-----
            MIIBUQIBAQQgnbjXrXfhm+xX2gWq48VOumWky2ZHySSRGZtegQ1O5fyggeMwgeAC
            AQEwLAYHKoZIzj0BAQIhAP////////////////////////////////////7///wv
            MEQEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABCAAAAAAAAAAAAAA
            AAAAAAAAAAAAAAAAAAAAAAAAAAAABwRBBHm+Zn753LusVaBilc6HCwcCm/zbLc4o
            2VnygVsW+BeYSDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj/sQ1LgCIQD/////
            ///////////////+uq7c5q9IoDu/0l6M0DZBQQIBAaFEA0IABMvM8XfXfPzUuCvE
            Z2leIabCH46nLCZk40LQ93eBlltVT+MsZtBu4DmJAWpQNoTblfPBLmVmEaLS9e+L
            xGHx27M=
            -----END EC PRIVATE KEY-----
            """;
    private static final String SEC1_ENCRYPTED =
            """
            -----BEGIN EC PRIVATE KEY-----
            Proc-Type: 4,ENCRYPTED
            DEK-Info: AES-256-CBC,8EE366E468319F436C77E91C8963F6B4

            QfbbnhoRY8fYxp9ZKH+39nguHoVJrub6QjJxZgaS7aAeC9l9mGqEaM4M7z49IifT
            Ht2x3VQ+rMo8T+izA1mjh0ezcw2CFtc54EWMJYP/EZ95YB5nQmv+7hoZTW850MXQ
            nem41WrFuzaTJseJRDy6mwMi1tvCvqdabg39pTV0W0w=
            -----END EC PRIVATE KEY-----
            """;
    private static final String SEC1_OF_P256 =
            """
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIB8zG5v5nH1HcwV5W4+e3J4gDX0bV+YhJqEC+fu9O40UoAoGCCqGSM49
            AwEHoUQDQgAE9VL3mhwJ3w8k3uzsET+/hDvNFd42RGdWASt5l6WCAG/ze85MO4fy
            VDEPQOYYrgNonSE8Rxidd/C9aI/dyxbjCw==
            -----END EC PRIVATE KEY-----
            """;
    private static final String PKCS8 =
            """
            -----BEGIN PRIVATE KEY-----
            MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgnbjXrXfhm+xX2gWq48VO
            umWky2ZHySSRGZtegQ1O5fyhRANCAATLzPF313z81LgrxGdpXiGmwh+OpywmZONC
            0Pd3gZZbVU/jLGbQbuA5iQFqUDaE25XzwS5lZhGi0vXvi8Rh8duz
            -----END PRIVATE KEY-----
            """;
    private static final String PKCS8_ENCRYPTED =
            """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAixquTJTkk2TwICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEGOU4cEVJ9QjlSJk1gV38oAEgZBi
            xbqvBgFCIgB6fFjQGRd6N7OHQ8WVvG6LV17FNlwkEb/lnftQlIxfD6tnw8muaoTp
            q8KV6ZVuPGDZBy+YTc/or4AemC4kTT2SAqy8jMC/6n0RRJUmNH+7mBe4WUPB1+kU
            NW2iACb52UuCeRBcKYWF/BSS+PJYRyx6lvTs299C6cFt0A5HUFlyI1ZH0YD0WFM=
            -----END ENCRYPTED PRIVATE KEY-----
            """;
    private static final String PKCS8_ED25519 =
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIFcSXBAnTyCxb5gw2iorXRyc7DnfFP6yNlGGIRqfWoTx
            -----END PRIVATE KEY-----
            """;
    private static final String PUBLIC =
            """
            -----BEGIN PUBLIC KEY-----
            MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEy8zxd9d8/NS4K8RnaV4hpsIfjqcsJmTj
            QtD3d4GWW1VP4yxm0G7gOYkBalA2hNuV88EuZWYRotL174vEYfHbsw==
            -----END PUBLIC KEY-----
            """;

    @Test
    void everyFormOfKeyFileGivesTheSameKey() {
        List<String> files =
                List.of(
                        SEC1,
                        PARAMETERS + SEC1,
                        SEC1_WITHOUT_PUBLIC_KEY,
                        SEC1_WITH_COMPRESSED_PUBLIC_KEY,
                        PKCS8,
                        "a note before the key\n" + PKCS8 + "and one after",
                        PKCS8.replace("\n", "\r\n"));

        assertThat(files)
                .allSatisfy(
                        pem ->
                                assertThat(KeyPair.parsePem(pem).publicKey())
                                        .isEqualTo(PAIR.publicKey()));
    }

    @Test
    void aKeyIsWrittenAsOpensslWritesIt() {
        assertThat(PAIR.toPem()).isEqualTo(PKCS8);
    }

    @Test
    void encryptedKeysAreRefusedWithTheCommandThatDecrypts() {
        assertRefused(SEC1_ENCRYPTED, "is encrypted", "openssl pkey -in encrypted.pem");
        assertRefused(PKCS8_ENCRYPTED, "is encrypted", "openssl pkey -in encrypted.pem");
    }

    @Test
    void aCurveThatIsNotNamedOrNotSecp256k1IsRefused() {
        assertRefused(SEC1_OF_P256, "is on prime256v1, not secp256k1", TO_MAKE);
        assertRefused(SEC1_WITHOUT_CURVE, "does not name its curve", TO_MAKE);
        assertRefused(SEC1_WITH_CURVE_SPELT_OUT, "spells its curve out", "-param_enc named_curve");
    }

    @Test
    void otherKindsOfFileAreRefusedByWhatTheyAre() {
        assertRefused(PUBLIC, "holds a public key", TO_MAKE);
        assertRefused(PKCS8_ED25519, "holds a key that is not for an elliptic curve", TO_MAKE);
        assertRefused(SEC1.replace("EC PRIV", "DSA PRIV"), "has a label other than", TO_MAKE);
        assertRefused(PARAMETERS, "holds no PEM block of a private key", TO_MAKE);
        assertRefused("", "holds no PEM block of a private key", TO_MAKE);
        assertRefused(SEC1 + SEC1, "holds more than one PEM block", TO_MAKE);
        assertRefused(SEC1 + PUBLIC, "holds more than one PEM block", TO_MAKE);
    }

    @Test
    void aBareHexSecretIsRefusedAndNotEchoed() {
        String secret = "9db8d7ad77e19bec57da05aae3c54eba65a4cb6647c92491199b5e810d4ee5fc";

        assertRefused(secret, "holds no PEM block of a private key", TO_MAKE);
    }

    @Test
    void damagedFilesAreRefused() {
        assertRefused(SEC1.replace("MHQC", "MHUC"), "is damaged", TO_MAKE);
        assertRefused(SEC1.replace("MHQC", "!!!!"), "is damaged", TO_MAKE);
        assertRefused(PKCS8.substring(0, PKCS8.length() / 2), "is damaged", TO_MAKE);
        assertRefused(SEC1.replace("EC PRIVATE", "PRIVATE"), "is damaged", TO_MAKE);
    }

    @Test
    void aPublicKeyOfAnotherPrivateKeyIsRefused() {
        String otherSecret = SEC1.replace("MHQCAQEEIJ24", "MHQCAQEEIJ25");

        assertRefused(
                otherSecret, "holds a public key that does not belong to its private key", TO_MAKE);
    }

    @Test
    void aSecretOutOfRangeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                KeyPair.parsePem(
                                        SEC1_WITHOUT_PUBLIC_KEY.replace(
                                                "J2416134ZvsV9oFquPFTrplpMtmR8kkkRmbXoENTuX8",
                                                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")))
                .withMessageContaining("from 1 to n - 1");
    }

    @Test
    void aFileLongerThanAnyKeyIsRefused() {
        assertRefused(SEC1 + " ".repeat(16 * 1024), "is longer than 16384 characters", TO_MAKE);
    }

    private static void assertRefused(String pem, String why, String remedy) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyPair.parsePem(pem))
                .withMessageContaining("this file " + why)
                .withMessageContaining(remedy)
                .withNoCause()
                .satisfies(
                        e ->
                                assertThat(pem.lines().filter(line -> line.length() > 40))
                                        .noneMatch(e.toString()::contains));
    }
}
