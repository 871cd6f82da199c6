package io.chameleon.text;

import java.util.function.Predicate;

/**
 * Which names a template may use. Jinjava skips a filter or test that it does not know.
 *
 * @param filters whether there is such a filter
 * @param tests whether there is such a test
 */
record TemplateNames(Predicate<String> filters, Predicate<String> tests) {

  void requireFilter(String name) {
    if (!filters.test(name)) {
      throw new UnsupportedTemplateException("there is no filter '%s'".formatted(name));
    }
  }

  void requireTest(String name) {
    if (!tests.test(name)) {
      throw new UnsupportedTemplateException("there is no test '%s'".formatted(name));
    }
  }
}
