package dev.rollcall.bridge;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;

/** The curve of ES256, and what Java leaves to its callers to check. */
final class P256 {
  private static final int BYTES = 32;
  private static final ECParameterSpec PARAMETERS = parameters();

  private P256() {}

  static PublicKey key(byte[] x, byte[] y) throws GeneralSecurityException {
    ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, PARAMETERS));
  }

  /** Tells whether the key is a point of this curve; Java makes keys of points beside it too. */
  static boolean isOf(ECPublicKey key) {
    ECParameterSpec its = key.getParams();
    return its.getCurve().equals(PARAMETERS.getCurve())
        && its.getGenerator().equals(PARAMETERS.getGenerator())
        && its.getOrder().equals(PARAMETERS.getOrder())
        && isOnCurve(key.getW());
  }

  /** Two numbers from 1 to the order less 1; Java before 17.0.3 let zeros pass for any content. */
  static boolean isSignature(byte[] signature) {
    return signature.length == 2 * BYTES
        && isScalar(new BigInteger(1, signature, 0, BYTES))
        && isScalar(new BigInteger(1, signature, BYTES, BYTES));
  }

  private static boolean isScalar(BigInteger number) {
    return number.signum() > 0 && number.compareTo(PARAMETERS.getOrder()) < 0;
  }

  /** y² = x³ + ax + b in the field. */
  private static boolean isOnCurve(ECPoint point) {
    BigInteger prime = ((ECFieldFp) PARAMETERS.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    BigInteger right =
        x.pow(3)
            .add(PARAMETERS.getCurve().getA().multiply(x))
            .add(PARAMETERS.getCurve().getB())
            .mod(prime);
    return x.compareTo(prime) < 0 && y.compareTo(prime) < 0 && y.pow(2).mod(prime).equals(right);
  }

  private static ECParameterSpec parameters() {
    try {
      AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
      named.init(new ECGenParameterSpec("secp256r1"));
      return named.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has P-256", impossible);
    }
  }
}
