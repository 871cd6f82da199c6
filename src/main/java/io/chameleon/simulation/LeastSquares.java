package io.chameleon.simulation;

import java.util.Arrays;

/** Linear regression by normal equations, for a handful of coefficients. */
public final class LeastSquares {

  private LeastSquares() {}

  /**
   * The coefficients that make the sum of squared relative errors least.
   *
   * @param terms what each coefficient is multiplied by, a row for each point
   * @param values what the sum of the terms of each point should be, over 0
   * @throws IllegalArgumentException if the points do not determine the coefficients
   */
  public static double[] relative(double[][] terms, double[] values) {
    double[] weights = new double[values.length];
    Arrays.fill(weights, 1);
    return relative(terms, values, weights);
  }

  /**
   * The same of a weighted sum.
   *
   * @param weights of each point, over 0
   */
  public static double[] relative(double[][] terms, double[] values, double[] weights) {
    int n = terms[0].length;
    double[][] equations = new double[n][n + 1];
    for (int p = 0; p < values.length; p++) {
      double weight = weights[p] / (values[p] * values[p]);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          equations[i][j] += weight * terms[p][i] * terms[p][j];
        }
        equations[i][n] += weight * terms[p][i] * values[p];
      }
    }
    return solve(equations);
  }

  /** Gauss-Jordan elimination with the largest pivot of a column. */
  private static double[] solve(double[][] equations) {
    int n = equations.length;
    for (int column = 0; column < n; column++) {
      swapLargest(equations, column);
      for (int row = 0; row < n; row++) {
        if (row != column) {
          eliminate(equations, row, column);
        }
      }
    }
    double[] solution = new double[n];
    for (int i = 0; i < n; i++) {
      solution[i] = equations[i][n] / equations[i][i];
    }
    return solution;
  }

  private static void swapLargest(double[][] equations, int column) {
    int largest = column;
    for (int row = column + 1; row < equations.length; row++) {
      if (Math.abs(equations[row][column]) > Math.abs(equations[largest][column])) {
        largest = row;
      }
    }
    double[] pivot = equations[largest];
    equations[largest] = equations[column];
    equations[column] = pivot;
    if (pivot[column] == 0) {
      throw new IllegalArgumentException(
          "the points do not determine coefficient %d of %d".formatted(column, equations.length));
    }
  }

  private static void eliminate(double[][] equations, int row, int pivotRow) {
    double factor = equations[row][pivotRow] / equations[pivotRow][pivotRow];
    for (int i = pivotRow; i < equations[row].length; i++) {
      equations[row][i] -= factor * equations[pivotRow][i];
    }
  }
}
