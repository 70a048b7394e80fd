import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;

/**
 * Prints Hibernate entities as DDL: migrate's `model = hibernate:UNIT` and `model = hibernate:CLASSES`.
 *
 * <p>It is run from its source, and nothing of Hibernate is needed to compile it: the project's own is
 * called, through the interface that Jakarta Persistence has for the generation of schemas.
 */
public class MigrateHibernate {
    static final String DEFAULT_CLASS_PATH = "target/classes:target/dependency/*";
    static final String PREFIX = "jakarta.persistence.";
    static final String GENERATION = PREFIX + "schema-generation.";

    /** Says that a dialect need not be named. It does, when the unit names another one. */
    static final Logger ADVICE = Logger.getLogger("org.hibernate.orm.deprecation");

    /** What went wrong, in lower case and without full stop; hint: a sentence that says what to do. */
    static class ProviderError extends Exception {
        final String hint;

        ProviderError(String message, String hint) {
            super(message);
            this.hint = hint;
        }

        ProviderError(String message, Throwable cause) {
            super(message, cause);
            this.hint = null;
        }
    }

    /** What Hibernate is told of a kind of database, in whose stead no connection answers. */
    enum Dialect {
        sqlite("SQLite", "3", "45", "org.hibernate.community.dialect.SQLiteDialect"),
        postgresql("PostgreSQL", "17", "0", "org.hibernate.dialect.PostgreSQLDialect");

        final String product;
        final String major;
        final String minor;
        final String className;

        Dialect(String product, String major, String minor, String className) {
            this.product = product;
            this.major = major;
            this.minor = minor;
            this.className = className;
        }
    }

    private final List<String> words = new ArrayList<>();
    private final Map<String, Object> settings = new HashMap<>();
    private String classPath = DEFAULT_CLASS_PATH;
    private Dialect dialect;
    private List<Path> roots;
    private ClassLoader loader;

    private void parse(String[] given) throws ProviderError {
        List<String> all = new ArrayList<>(List.of(given));
        String more = System.getenv("MIGRATE_MODEL_ARGS");
        all.addAll(List.of(more == null || more.isBlank() ? new String[0] : more.trim().split("\\s+")));
        String name = System.getenv("MIGRATE_DIALECT");
        for (int i = 0; i < all.size(); i++) {
            String word = all.get(i);
            boolean hasNext = i + 1 < all.size();
            if (word.equals("--dialect") && hasNext)
                name = all.get(++i);
            else if (word.equals("--classpath") && hasNext)
                classPath = all.get(++i);
            else if (word.matches("-D[^=]+=.*"))
                settings.put(word.substring(2, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
            else if (word.startsWith("-"))
                throw new ProviderError("unknown option '" + word + "'", (String) null);
            else
                words.addAll(List.of(word.trim().split("\\s+")));
        }
        if (words.isEmpty())
            throw new ProviderError("no persistence unit and no class is named", "Write it as in hibernate:notes.");
        try {
            dialect = Dialect.valueOf(String.valueOf(name));
        } catch (IllegalArgumentException error) {
            throw new ProviderError(
                    "'" + name + "' is no dialect for models; there are sqlite and postgresql", (String) null);
        }
    }

    /** As `java` itself reads a class path: FOLDER/* are the jars of a folder. */
    private void openClassPath() throws IOException, ProviderError {
        roots = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            if (!entry.endsWith("*")) {
                roots.add(Path.of(entry));
                continue;
            }
            Path folder = Path.of(entry.substring(0, entry.length() - 1));
            if (Files.isDirectory(folder))
                try (Stream<Path> files = Files.list(folder)) {
                    files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(roots::add);
                }
        }
        use(roots);
        need("org.hibernate.jpa.HibernatePersistenceProvider", "hibernate-core");
        if (dialect == Dialect.sqlite)
            need(dialect.className, "hibernate-community-dialects");
    }

    private void use(List<Path> paths) throws MalformedURLException {
        URL[] urls = new URL[paths.size()];
        for (int i = 0; i < urls.length; i++)
            urls[i] = paths.get(i).toUri().toURL();
        loader = new URLClassLoader(urls);
        Thread.currentThread().setContextClassLoader(loader);
    }

    private void need(String className, String artifact) throws ProviderError {
        if (find(className) == null)
            throw new ProviderError(
                    "there is no package 'org.hibernate.orm:" + artifact + "' on the class path '" + classPath + "'",
                    "Add it to the dependencies and run `mvn compile dependency:copy-dependencies`, or let "
                            + "'model_args = --classpath …' in migrate.ini name the folders and jars.");
    }

    private Class<?> find(String className) {
        try {
            return Class.forName(className, false, loader);
        } catch (ClassNotFoundException | LinkageError error) {
            return null;
        }
    }

    private Set<String> persistenceUnits() throws ProviderError {
        Set<String> names = new TreeSet<>();
        try {
            for (URL url : Collections.list(loader.getResources("META-INF/persistence.xml")))
                try (InputStream text = url.openStream()) {
                    var units = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(text)
                            .getElementsByTagName("persistence-unit");
                    for (int i = 0; i < units.getLength(); i++)
                        names.add(units.item(i).getAttributes().getNamedItem("name").getNodeValue());
                }
        } catch (Exception error) {
            throw new ProviderError("'META-INF/persistence.xml' cannot be read: " + error.getMessage(), error);
        }
        return names;
    }

    private static boolean isMapped(Class<?> type) {
        for (Annotation annotation : type.getDeclaredAnnotations())
            if (annotation.annotationType().getName()
                    .matches("jakarta\\.persistence\\.(Entity|Embeddable|MappedSuperclass|Converter)"))
                return true;
        return false;
    }

    private Set<String> mappedBelow(Path top, String packageName) throws IOException {
        Path folder = top.resolve(packageName.replace('.', '/'));
        if (!Files.isDirectory(folder))
            return Set.of();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> top.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> find(name) != null && isMapped(find(name)))
                    .collect(Collectors.toSet());
        }
    }

    private Set<String> mappedInPackage(String packageName) throws IOException, ProviderError {
        Set<String> names = new TreeSet<>();
        for (Path root : roots)
            if (Files.isDirectory(root))
                names.addAll(mappedBelow(root, packageName));
            else if (Files.exists(root))
                try (var jar = FileSystems.newFileSystem(root)) {
                    names.addAll(mappedBelow(jar.getPath("/"), packageName));
                }
        if (names.isEmpty())
            throw new ProviderError("package '" + packageName + "' holds no entity", classPathHint());
        return names;
    }

    private String classPathHint() {
        return "The class path is '" + classPath + "': were the classes compiled?";
    }

    private Set<String> classes(Set<String> units) throws IOException, ProviderError {
        Set<String> names = new TreeSet<>();
        for (String word : words)
            if (word.endsWith(".*"))
                names.addAll(mappedInPackage(word.substring(0, word.length() - 2)));
            else if (find(word) == null)
                throw new ProviderError(
                        "there is no persistence unit or class '" + word + "'",
                        units.isEmpty() ? classPathHint() : "The units are '" + String.join("', '", units) + "'.");
            else if (!isMapped(find(word)))
                throw new ProviderError("class '" + word + "' is no entity", (String) null);
            else
                names.add(word);
        return names;
    }

    /** A unit of our own, in front of those of the class path, that has these classes. */
    private String makeUnit(Set<String> classes, Path folder) throws IOException {
        String name = "migrate-hibernate";
        String list = classes.stream().map(each -> "<class>" + each + "</class>").collect(Collectors.joining());
        Files.createDirectories(folder.resolve("META-INF"));
        Files.writeString(
                folder.resolve("META-INF/persistence.xml"),
                "<persistence xmlns='https://jakarta.ee/xml/ns/persistence' version='3.0'><persistence-unit name='"
                        + name + "'>" + list
                        + "<exclude-unlisted-classes>true</exclude-unlisted-classes></persistence-unit></persistence>");
        List<Path> paths = new ArrayList<>(List.of(folder));
        paths.addAll(roots);
        use(paths);
        return name;
    }

    /** The settings of the unit stay, but for what has to do with a database. */
    private Map<String, Object> allSettings(StringWriter script) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "hibernate.boot.allow_jdbc_metadata_access", "false",
                "hibernate.temp.use_jdbc_metadata_defaults", "false",
                "hibernate.connection.provider_class",
                "org.hibernate.engine.jdbc.connections.internal.UserSuppliedConnectionProviderImpl",
                "hibernate.dialect", dialect.className,
                PREFIX + "database-product-name", dialect.product,
                PREFIX + "database-major-version", dialect.major,
                PREFIX + "database-minor-version", dialect.minor,
                PREFIX + "transactionType", "RESOURCE_LOCAL",
                PREFIX + "create-database-schemas", dialect == Dialect.postgresql));
        all.putAll(Map.of(
                "hibernate.hbm2ddl.auto", "none",
                "hibernate.hbm2ddl.delimiter", ";",
                "hibernate.hbm2ddl.skip_default_import_file", "true",
                "hibernate.hbm2ddl.import_files", "",
                "hibernate.query.mutation_strategy.persistent.create_tables", "false",
                PREFIX + "sql-load-script-source", new StringReader(""),
                GENERATION + "database.action", "none",
                GENERATION + "scripts.action", "create",
                GENERATION + "scripts.create-target", script));
        all.putAll(settings);
        return all;
    }

    private static Throwable rootOf(Throwable error) {
        return error.getCause() == null ? error : rootOf(error.getCause());
    }

    private String generate(String unit) throws ReflectiveOperationException, ProviderError {
        StringWriter script = new StringWriter();
        // Persistence.generateSchema() would do, but puts columns into another order than the application.
        try {
            Class.forName(PREFIX + "Persistence", true, loader)
                    .getMethod("createEntityManagerFactory", String.class, Map.class)
                    .invoke(null, unit, allSettings(script));
        } catch (InvocationTargetException error) {
            throw new ProviderError(
                    "Hibernate cannot write the tables for " + dialect + ": " + rootOf(error).getMessage(),
                    error.getCause());
        }
        if (script.toString().isBlank())
            throw new ProviderError("'" + String.join(" ", words) + "' holds no entity", (String) null);
        return asExecuted(script.toString());
    }

    /** Run by Hibernate itself, a statement that fails is passed over: a schema that is there, a comment on
     * SQLite. */
    private String asExecuted(String script) {
        if (dialect == Dialect.sqlite)
            return script.replaceAll("(?m)^comment on (table|column) .*;\\R", "");
        return script.replaceAll("(?m)^create schema (?!if )", "create schema if not exists ");
    }

    private String produce(String[] given, Path folder) throws Exception {
        parse(given);
        openClassPath();
        Set<String> units = persistenceUnits();
        if (words.size() == 1 && units.contains(words.get(0)))
            return generate(words.get(0));
        return generate(makeUnit(classes(units), folder));
    }

    private static void tell(Exception error) {
        if (error.getCause() != null)
            error.getCause().printStackTrace();
        System.err.println("error: " + String.valueOf(error.getMessage()).replaceAll("\\s+", " "));
        if (error instanceof ProviderError && ((ProviderError) error).hint != null)
            System.err.println("hint: " + ((ProviderError) error).hint);
    }

    private static void remove(Path folder) throws IOException {
        for (String name : List.of("META-INF/persistence.xml", "META-INF", ""))
            Files.deleteIfExists(folder.resolve(name));
    }

    public static void main(String[] given) throws IOException {
        PrintStream output = System.out;
        // Standard output for DDL alone: what the entities' own code prints goes to standard error.
        System.setErr(new PrintStream(System.err, true, StandardCharsets.UTF_8));
        System.setOut(System.err);
        Logger.getLogger("").setLevel(Level.WARNING);
        ADVICE.setLevel(Level.SEVERE);
        Path folder = Files.createTempDirectory("migrate-hibernate");
        int status = 0;
        try {
            String script = new MigrateHibernate().produce(given, folder);
            output.write(script.getBytes(StandardCharsets.UTF_8));
            output.flush();
        } catch (Exception error) {
            tell(error);
            status = 1;
        } finally {
            remove(folder);
        }
        System.exit(status);
    }
}
