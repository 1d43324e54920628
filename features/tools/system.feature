Feature: System information
  A snapshot of the customer's machine, category by category, for those who may see it.

  @SYS-01
  Scenario Outline: What there is to see depends on the system
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a <machine> on fibre
    And Carla is in session with Alex
    When Alex opens system information in Carla's session
    And Carla allows system information
    Then the categories in Carla's session on Alex's console are "<categories>"

    Examples:
      | machine    | categories                                                                  |
      | Windows PC | Overview, Programs, Events, Processes, Services, Devices, Disks, Network     |
      | Mac        | Overview, Programs, Events, Processes, Services, Devices, Disks, Network     |

  @SYS-01
  Scenario: Who may not is not offered it, and is refused
    Given the site "recorded"
    And Casey is signed in to the desktop console
    And Carla is a customer with a Windows PC on fibre
    And Carla is in session with Casey
    Then Casey is not offered system information in Carla's session
    When Casey tries to open system information in Carla's session
    Then Casey is told "system information"
    And for 5 seconds Carla is asked nothing

  @SYS-02
  Scenario Outline: A category's data is fetched and shown
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC called "FRONT-DESK-3"
    And Carla is in session with Alex
    And Alex has system information open in Carla's session
    When Alex picks the category "<category>" in Carla's session
    Then "<category>" in Carla's session on Alex's console has a row with "<text>"

    Examples:
      | category  | text            |
      | Overview  | FRONT-DESK-3    |
      | Programs  | Ledger 9        |
      | Processes | explorer.exe    |
      | Services  | Print Spooler   |
      | Disks     | C:              |

  @SYS-03
  Scenario: Refresh shows what has changed since
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And Alex has system information open in Carla's session
    And Alex has command shell open in Carla's session
    When Alex picks the category "Processes" in Carla's session
    Then "Processes" in Carla's session on Alex's console has no row with "cmd.exe"
    Given Alex has a shell open in Carla's session
    Then "Processes" in Carla's session on Alex's console has no row with "cmd.exe"
    When Alex refreshes the system information in Carla's session
    Then "Processes" in Carla's session on Alex's console has a row with "cmd.exe"
    When Alex types "exit" into the shell of Carla's session
    Then Alex reads that the shell "cmd.exe" of Carla's session ended: "it ended with code 0"
    And "Processes" in Carla's session on Alex's console has a row with "cmd.exe"
    When Alex refreshes the system information in Carla's session
    Then "Processes" in Carla's session on Alex's console has no row with "cmd.exe"
    And "Processes" in Carla's session on Alex's console has a row with "explorer.exe"

  @SYS-04 @AND-07
  Scenario Outline: A phone has a snapshot, too
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Dana is a customer with an <phone> on 4G
    And Dana is in session with Alex
    And Alex has system information open in Dana's session
    Then the categories in Dana's session on Alex's console are "Overview, Battery, Storage, Network, Apps"
    When Alex picks the category "Overview" in Dana's session
    Then "Overview" in Dana's session on Alex's console has a row with "<system>"

    Examples:
      | phone         | system     |
      | Android phone | Android 13 |
      | iPhone        | iOS 18     |
