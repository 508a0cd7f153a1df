package dev.rollcall.system;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;

/** The form that asks who one is; a second tab of the same browser is not asked again. */
final class SignIn {

  private SignIn() {}

  static void as(Page page, String name) {
    Locator form = page.locator("[data-testid=name-input]:visible");
    Locator signedIn =
        page.locator("[data-testid=room-input]:visible, [data-testid=connection]:visible");
    form.or(signedIn).first().waitFor();
    if (form.isVisible()) {
      form.fill(name);
      page.getByTestId("name-submit").click();
    }
  }
}
