struct ReportPageTests {}
