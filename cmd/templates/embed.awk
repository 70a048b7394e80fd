# Writes the files named on the command line as C strings: cmd/templates/generic/model.sql becomes
# template_generic_model_sql.
FNR == 1 {
    if (NR > 1)
        print ";"
    else
        print "#include \"cmd/template.h\"\n"
    name = FILENAME
    sub(/.*templates\//, "", name)
    gsub(/[^A-Za-z0-9]/, "_", name)
    printf "const char template_%s[] =\n", name
}
{
    gsub(/[\\"]/, "\001&")
    gsub("\001", "\\")
    printf "    \"%s\\n\"\n", $0
}
END { print ";" }
