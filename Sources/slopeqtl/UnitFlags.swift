import ArgumentParser
import Report

/// Units that pictures show.
struct UnitFlags: ParsableArguments {
  @Option(help: ArgumentHelp("Unit of time, for the axes of pictures.", valueName: "unit"))
  var timeUnit: String?

  @Option(help: ArgumentHelp("Unit of expression, for the axes of pictures.", valueName: "unit"))
  var expressionUnit: String?

  var units: PictureUnits { PictureUnits(time: timeUnit, expression: expressionUnit) }
}
