"""How the programs of at-line analysers lay out their tables."""

from pat.readers.analysers.form import Form, Quantity

DENSITY, MMOL = "1e6 cells/mL", "mmol/L"

FLEX2 = Form(
    name="Nova BioProfile FLEX2",
    known_by=(
        ("Sample ID",),
        ("Sample Type",),
        ("Chemistry Dilution Ratio", "Cell Density Dilution"),
    ),
    needs=(("Date & Time",),),
    sample=("Sample ID",),
    vessel=("Vessel ID",),
    drawn=("Sample Time",),
    analysed=("Date & Time",),
    quantities={
        "Gln": Quantity("glutamine", MMOL),
        "Glu": Quantity("glutamate", MMOL),
        "Gluc": Quantity("glucose", "g/L"),
        "Lac": Quantity("lactate", "g/L"),
        "NH4+": Quantity("ammonium", MMOL),
        "Na+": Quantity("sodium", MMOL),
        "K+": Quantity("potassium", MMOL),
        "Ca++": Quantity("calcium", MMOL),
        "HCO3": Quantity("bicarbonate", MMOL),
        "pH": Quantity("pH", "pH"),
        "PO2": Quantity("pO2", "mmHg"),
        "PCO2": Quantity("pCO2", "mmHg"),
        "O2 Saturation": Quantity("oxygen_saturation", "%"),
        "CO2 Saturation": Quantity("carbon_dioxide_saturation", "%"),
        "Osm": Quantity("osmolality", "mOsm/kg"),
        "Total Density": Quantity("total_cell_density", DENSITY),
        "Viable Density": Quantity("viable_cell_density", DENSITY),
        "Viability": Quantity("viability", "%"),
        "Avg. Live Diameter": Quantity("average_live_cell_diameter", "um"),
        "Total Cell Count": Quantity("total_cell_count", "cells"),
        "Total Live Count": Quantity("viable_cell_count", "cells"),
        "Vessel Temperature (°C)": Quantity("temperature", "degC"),
    },
    unit_doubt=(
        "the file states no units; taken as the FLEX2 is delivered: glucose and lactate in g/L, "
        "glutamine, glutamate and ions in mmol/L, densities in 1e6 cells/mL"
    ),
)

VI_CELL_BLU = Form(
    name="Beckman Vi-CELL BLU",
    known_by=(("Sample ID",), ("Viable (x10^6) cells/mL",), ("Viability (%)",)),
    needs=(("Analysis date/time",),),
    sample=("Sample ID",),
    analysed=("Analysis date/time",),
    quantities={
        "Cell count": Quantity("total_cell_count", "cells"),
        "Viable cells": Quantity("viable_cell_count", "cells"),
        "Total (x10^6) cells/mL": Quantity("total_cell_density", DENSITY),
        "Viable (x10^6) cells/mL": Quantity("viable_cell_density", DENSITY),
        "Viability (%)": Quantity("viability", "%"),
        "Average diameter (μm)": Quantity("average_total_cell_diameter", "um"),
        "Average viable diameter (μm)": Quantity("average_live_cell_diameter", "um"),
        "Average circularity": Quantity("average_total_cell_circularity", "1"),
        "Average viable circularity": Quantity("average_viable_cell_circularity", "1"),
    },
)

#: Its two rows of titles joined, or its pairs of title and value turned into a table.
VI_CELL_XR = Form(
    name="Beckman Vi-CELL XR",
    known_by=(("Sample ID",),),
    needs=(
        ("Sample date/time", "Sample data/time", "Sample date", "RunDate"),
        ("Viability (%)",),
        ("Viable cells /ml (x10^6)", "Total viable cells / ml (x 10^6)"),
    ),
    sample=("Sample ID",),
    analysed=("Sample date/time", "Sample data/time", "Sample date", "RunDate"),
    device=("Unit S/N",),
    quantities={
        "Total cells": Quantity("total_cell_count", "cells"),
        "Viable cells": Quantity("viable_cell_count", "cells"),
        "Nonviable cells": Quantity("dead_cell_count", "cells"),
        "Viability (%)": Quantity("viability", "%"),
        "Total cells /ml (x10^6)": Quantity("total_cell_density", DENSITY),
        "Viable cells /ml (x10^6)": Quantity("viable_cell_density", DENSITY),
        "Total viable cells /ml (x10^6)": Quantity("viable_cell_density", DENSITY),
        "Avg. diam. (microns)": Quantity("average_total_cell_diameter", "um"),
        "Average diameter (microns)": Quantity("average_total_cell_diameter", "um"),
        "Avg. circ.": Quantity("average_total_cell_circularity", "1"),
        "Average circularity": Quantity("average_total_cell_circularity", "1"),
    },
)

NC_VIEW = Form(
    name="ChemoMetec NC-View",
    known_by=(("SAMPLE ID",), ("LIVE (cells/ml)",), ("STATUS",)),
    sample=("SAMPLE ID",),
    device=("INSTRUMENT",),
    flag=("STATUS",),
    quantities={
        "TOTAL (cells/ml)": Quantity("total_cell_density", "cells/mL"),
        "LIVE (cells/ml)": Quantity("viable_cell_density", "cells/mL"),
        "DEAD (cells/ml)": Quantity("dead_cell_density", "cells/mL"),
        "VIABILITY (%)": Quantity("viability", "%"),
        "DIAMETER (μm)": Quantity("average_total_cell_diameter", "um"),
        "AGGREGATES (%)": Quantity("cell_aggregation_percentage", "%"),
        "DEBRIS INDEX": Quantity("debris_index", "1"),
    },
)

CEDEX_HIRES = Form(
    name="Roche Cedex HiRes",
    known_by=(("Cedex ID",), ("Viable Cell Conc.",)),
    needs=(("Sample identifier", "Sample identifer"), ("Date finished",)),
    sample=("Sample identifier", "Sample identifer"),  # the program itself writes the second
    vessel=("Reactor identifier", "Reactor identifer"),
    drawn=("Sample draw Time",),
    analysed=("Date finished",),
    device=("Cedex ID",),
    quantities={
        "Viable Cell Conc.": Quantity("viable_cell_density", "cells/mL"),
        "Dead Cell Conc.": Quantity("dead_cell_density", "cells/mL"),
        "Total Cell Conc.": Quantity("total_cell_density", "cells/mL"),
        "Viability": Quantity("viability", "%"),
        "Viable Cell Count": Quantity("viable_cell_count", "cells"),
        "Dead Cell Count": Quantity("dead_cell_count", "cells"),
        "Total Cell Count": Quantity("total_cell_count", "cells"),
        "Total Object Count": Quantity("total_object_count", "cells"),
        "Std Dev.": Quantity("standard_deviation", "cells/mL"),
        "Aggregate Rate": Quantity("aggregate_rate", "%"),
        "Avg Diameter": Quantity("average_live_cell_diameter", "um"),
        "Avg Perimeter": Quantity("average_perimeter", "um"),
        "Avg Area": Quantity("average_area", "um^2"),
        "Avg Segm. Area": Quantity("average_segment_area", "um^2"),
        "Avg Compactness": Quantity("average_compactness", "1"),
    },
)

TABLES = (FLEX2, VI_CELL_BLU, NC_VIEW, CEDEX_HIRES)
